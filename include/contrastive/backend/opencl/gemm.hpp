// SPDX-License-Identifier: MIT
#pragma once
// Matrix products. Two kernels: explicit vectors for devices that are CPUs, tiles in local memory for all others. On a CPU
// (PoCL, AVX-512, 784 × 32 × 288) the first makes 80 and the second 0.4 billion products a second.
#include <string>

namespace contrastive::on_opencl {

// ---- a work item makes 4 × 16; b lies in panels of 16 columns ------------------------------------------------------------

inline constexpr int panel = 16, vector_rows = 4;

// panels(panel, depth, 16), zero beyond the last column
inline constexpr const char* pack_source = R"(
__kernel void run(__global float*to,__global const float*p_b,ulong o_b,uint count,uint columns,uint depth,uint stride_q,uint stride_l){
  const uint i=get_global_id(0);
  if(i>=count)return;
  const uint q=i%16,l=i/16%depth,column=i/16/depth*16+q;
  to[i]=column<columns?p_b[o_b+(ulong)column*stride_q+(ulong)l*stride_l]:0;
})";

inline constexpr const char* vector_source = R"(
#define ROW(r) p_a[(ulong)min(row+r,rows-1)*stride_r+l*stride_l]
#define WRITE(r,s) if(row+r<rows)write(p_c+(ulong)(row+r)*columns+column,s,min(columns-column,16u),alpha,beta);
void write(__global float*to,float16 s,uint count,float alpha,float beta){
  float sum[16];
  vstore16(s,0,sum);
  for(uint q=0;q<count;++q)to[q]=alpha*sum[q]+(beta==0?0:beta*to[q]);
}
__kernel void run(__global float*p_c,ulong o_c,__global const float*p_a,ulong o_a,__global const float*p_b,ulong o_b,
                  uint rows,uint columns,uint depth,ulong stride_r,ulong stride_l,ulong panel_step,ulong panel_stride,
                  float alpha,float beta){
  const uint column=get_global_id(0)*16,row=get_global_id(1)*4;
  if(column>=columns||row>=rows)return;
  p_a+=o_a;p_c+=o_c;
  p_b+=o_b+get_global_id(0)*panel_step;
  float16 t0=0,t1=0,t2=0,t3=0;
  for(uint begin=0;begin<depth;begin+=256){
    float16 s0=0,s1=0,s2=0,s3=0;
    const uint end=min(begin+256,depth);
    for(ulong l=begin;l<end;++l){
      const float16 b=vload16(0,p_b+l*panel_stride);
      s0+=ROW(0)*b;s1+=ROW(1)*b;s2+=ROW(2)*b;s3+=ROW(3)*b;
    }
    t0+=s0;t1+=s1;t2+=s2;t3+=s3;
  }
  WRITE(0,t0) WRITE(1,t1) WRITE(2,t2) WRITE(3,t3)
})";

// ---- a group of 16 × 16 makes 64 × 64 -------------------------------------------------------------------------------------

inline constexpr int group = 16, group_tile = 64;

inline constexpr const char* local_source = R"(
__kernel __attribute__((reqd_work_group_size(16,16,1)))
void run(__global float*p_c,ulong o_c,__global const float*p_a,ulong o_a,__global const float*p_b,ulong o_b,
         uint rows,uint columns,uint depth,uint a_r,uint a_l,uint b_q,uint b_l,float alpha,float beta){
  __local float a[16][65],b[16][65];
  const uint x=get_local_id(0),y=get_local_id(1),row=get_group_id(1)*64,column=get_group_id(0)*64;
  float total[4][4];
  for(uint r=0;r<4;++r)for(uint q=0;q<4;++q)total[r][q]=0;
  p_a+=o_a;p_b+=o_b;p_c+=o_c;
  for(uint begin=0;begin<depth;begin+=16){
    for(uint t=0;t<4;++t){
      const uint e=y*16+x+t*256;
      const uint al=a_l==1?e%16:e/64,ar=a_l==1?e/16:e%64,bl=b_l==1?e%16:e/64,bq=b_l==1?e/16:e%64;
      a[al][ar]=begin+al<depth&&row+ar<rows?p_a[(ulong)(row+ar)*a_r+(ulong)(begin+al)*a_l]:0;
      b[bl][bq]=begin+bl<depth&&column+bq<columns?p_b[(ulong)(column+bq)*b_q+(ulong)(begin+bl)*b_l]:0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for(uint r=0;r<4;++r)for(uint q=0;q<4;++q){
      float sum=0;
      for(uint l=0;l<16;++l)sum+=a[l][y*4+r]*b[l][x+16*q];
      total[r][q]+=sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for(uint r=0;r<4;++r)for(uint q=0;q<4;++q){
    const uint i=row+y*4+r,j=column+x+16*q;
    if(i<rows&&j<columns){
      __global float*to=p_c+(ulong)i*columns+j;
      *to=alpha*total[r][q]+(beta==0?0:beta**to);
    }
  }
})";

}    // namespace contrastive::on_opencl
